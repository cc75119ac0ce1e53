"""The default model as a module of sentence-transformers; importing this imports torch.

``SentenceTransformer(modules=[PackagedModule()])`` offers ``encode_query`` and ``encode_document`` with the vectors of
:class:`embeddings.encoder.PackagedEncoder`.  Nothing else of the program needs it to answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from sentence_transformers.base.modules import InputModule

from kg.errors import ModelError

from .encoder import PackagedEncoder, packaged_name


class PackagedModule(InputModule):
    """The whole pipeline in one module: text in, vector of norm 1 out.

    The task decides between question and document; plain ``encode`` embeds a document.  The engines add their own
    prefixes, so no prompt of the model's configuration is needed.
    """

    config_keys = ["name"]

    def __init__(self, cache: Path | None = None) -> None:
        """Load the engines; :class:`ModelError` where that fails."""
        super().__init__()  # type: ignore[no-untyped-call]
        self._encoder = PackagedEncoder(cache)
        self.name = self._encoder.name

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **kwargs: Any) -> dict[str, Any]:
        """Keep the texts as they are: the engines hold their own tokenizers."""
        return {"texts": [(prompt or "") + str(text) for text in inputs], "task": kwargs.get("task")}

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Add ``sentence_embedding``."""
        texts = features["texts"]
        rows = self._encoder.queries(texts) if features.get("task") == "query" else self._encoder.passages(texts)
        features["sentence_embedding"] = torch.from_numpy(rows)
        return features

    def get_embedding_dimension(self) -> int:
        """Numbers a vector."""
        return self._encoder.dimension

    @property
    def max_seq_length(self) -> int | None:
        """None: long texts are read in windows."""
        return None

    def save(self, output_path: str, *_: Any, **__: Any) -> None:
        """Write the identity of the model; the weights stay in their packages."""
        self.save_config(output_path)

    @classmethod
    def load(
        cls,
        model_name_or_path: str,
        subfolder: str = "",
        token: bool | str | None = None,
        cache_folder: str | None = None,
        revision: str | None = None,
        local_files_only: bool = False,
        init_defaults: dict[str, Any] | None = None,
        **_: Any,
    ) -> PackagedModule:
        """The module again; :class:`ModelError` where other releases of the packages are installed."""
        saved = cls.load_config(
            model_name_or_path, subfolder, None, token, cache_folder, revision, local_files_only
        ).get("name")
        if saved != packaged_name():
            raise ModelError(f"{model_name_or_path} was saved from {saved}, but {packaged_name()} is installed")
        return cls()
