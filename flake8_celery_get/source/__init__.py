"""From text to code: decoding, relevance, outlines, and libcst for what matters."""
