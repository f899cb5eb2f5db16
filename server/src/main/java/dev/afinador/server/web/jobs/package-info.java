/// The list of jobs, the start form, the page of one job and its verification.
@NullMarked
package dev.afinador.server.web.jobs;

import org.jspecify.annotations.NullMarked;
