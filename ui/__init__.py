"""The pages: typed nouns in, small JSON views out, and the browser side that draws them.  No decisions live here."""
