/// A validating reader of JSON lines that allocates nothing for good ones. Start reading at [JsonTape]. A leaf.
@NullMarked
package dev.afinador.dataset.json;

import org.jspecify.annotations.NullMarked;
