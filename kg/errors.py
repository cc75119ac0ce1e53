"""Every error that the program raises on purpose.  Only the command line and the app catch them.

    YaodianError
    ├── SourceError            a file cannot become a document
    │   ├── UnsupportedFormat  its ending names no format that is read
    │   ├── UndecodableText    no encoding fits its bytes
    │   ├── EmptyDocument      it holds no text
    │   ├── DamagedFile        its container (zip, PDF, XML) is broken or hostile
    │   └── TooLarge           it is over a limit of size, pages or time
    ├── WorkspaceError         the workspace cannot be used as asked
    │   ├── NothingIngested    there is no generation yet
    │   ├── WorkspaceBusy      another process is writing
    │   ├── DamagedWorkspace   a file of it does not have the content that its manifest states
    │   └── UnknownDocument    no document of that name is ingested
    ├── ServerError            a server that the settings name does not do what it is asked
    │   └── StateMoved         it holds another generation by now than the one that is being read
    ├── ModelError             the encoder is missing, or the index was made by another one
    ├── QueryRefused           a SPARQL text that is not allowed or not valid
    ├── QueryTimeout           a SPARQL text that ran over its time limit
    ├── BrokenCitation         a quote is not at its offsets: the workspace is not of one making
    ├── ReviewError            a decision that cannot be taken: its reviewer or its words are missing
    ├── UnknownTerm            an IRI that names nothing in the graph
    ├── AccountError           an account that cannot be made or taken away, or passwords tried too fast
    └── SettingsError          a setting has no usable value

The message of each is one line that says what is wrong and what to do.
"""

from __future__ import annotations


class YaodianError(Exception):
    """Base of all errors that are raised on purpose; ``str(error)`` is one line for a person."""


class SourceError(YaodianError):
    """A file cannot become a document."""


class UnsupportedFormat(SourceError):
    """The file's ending names no format that is read."""


class UndecodableText(SourceError):
    """No encoding fits the file's bytes."""


class EmptyDocument(SourceError):
    """The file holds no text."""


class DamagedFile(SourceError):
    """The file's container (zip, PDF, XML) is broken, of another kind than its ending says, or hostile."""


class TooLarge(SourceError):
    """The file is over a limit of size, pages or time."""


class WorkspaceError(YaodianError):
    """The workspace cannot be used as asked."""


class NothingIngested(WorkspaceError):
    """There is no generation yet: nothing was ingested."""


class WorkspaceBusy(WorkspaceError):
    """Another process is writing to the workspace."""


class DamagedWorkspace(WorkspaceError):
    """A file of the workspace does not have the content that its manifest states."""


class UnknownDocument(WorkspaceError):
    """No document of that name is ingested."""


class ServerError(YaodianError):
    """A server that the settings name cannot be reached, refuses, or lacks what is needed."""


class StateMoved(ServerError):
    """A server holds another generation by now than the one that is being read."""


class ModelError(YaodianError):
    """The encoder is missing, or the index was made by another one."""


class QueryRefused(YaodianError):
    """A SPARQL text that is not valid, or that does more than read the graph."""


class QueryTimeout(YaodianError):
    """A SPARQL text that ran over its time limit."""


class BrokenCitation(YaodianError):
    """A quote is not at its offsets: the workspace is not of one making."""


class UnknownTerm(YaodianError):
    """An IRI that names nothing in the graph."""


class ReviewError(YaodianError):
    """A decision that cannot be taken: it lacks its reviewer, or words that it names do not stand there."""


class AccountError(YaodianError):
    """An account that cannot be made or taken away, or passwords that are tried too fast."""


class SettingsError(YaodianError):
    """A setting has no usable value."""
