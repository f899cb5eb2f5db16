/// The JSON API under `/api/v1`, the webhook receiver, and the one place that maps failures to problems (RFC 9457).
@NullMarked
package dev.afinador.server.api;

import org.jspecify.annotations.NullMarked;
