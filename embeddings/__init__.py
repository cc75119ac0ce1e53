"""Text as numbers: the encoder, the dense index and the lexical index.  Imports from ``kg`` only."""
