"""The knowledge graph: from a plan's file to RDF, and back to typed nouns.

What lives here never imports from ``embeddings``, ``qa``, ``ui`` or ``app``.
"""
