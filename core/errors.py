"""The exceptions that Digit Lab raises on purpose; pages and the command line catch these and nothing wider.

::

    DigitLabError
    ├── InputError              what somebody asked for cannot be done as asked (exit code 2)
    │   ├── ParameterError      a parameter is misspelt, of the wrong type or out of range
    │   ├── RecipeError         preprocessing steps that do not fit together
    │   ├── ImageError          a drawing or an upload that is not a digit's picture
    │   ├── FileError           a file of pictures that is damaged, of another kind or too large
    │   ├── UnknownRunError     no run, or more than one, answers to a name
    │   ├── StudyError          a search that cannot be started or found as asked
    │   ├── NotAllowedError     the person who asks may not do it: it is somebody else's
    │   └── ReadOnlyError       `DIGITLAB_MODE=readonly` starts and changes nothing
    └── WorkError               the work was right to ask for and failed (exit code 1)
        ├── DataError           the data set is missing, truncated or not what it should be
        │   └── DownloadError   no mirror delivered it whole
        ├── TrainingError       a training failed: it diverged, ran out of memory, lost its data
        ├── RegistryError       the run registry is unreachable, locked or damaged
        ├── GivenUpError        another process took the job over, or somebody ended it
        ├── ClusterError        no worker could be started or reached
        └── ReportError         a file that was asked for could not be written
"""


class DigitLabError(Exception):
    """Anything that Digit Lab refuses or fails at, told in one sentence."""

    exit_code = 1


class InputError(DigitLabError):
    """What was asked for cannot be done as asked."""

    exit_code = 2


class ParameterError(InputError):
    """A parameter is misspelt, of the wrong type or out of its range."""


class RecipeError(InputError):
    """The preprocessing steps do not fit together."""


class ImageError(InputError):
    """A drawing or an upload from which no digit can be read."""


class FileError(InputError):
    """A file of pictures and labels that is damaged, of a kind that is not read, or too large."""


class UnknownRunError(InputError):
    """No run, or more than one, answers to a name."""


class StudyError(InputError):
    """A search that cannot be started or found as asked."""


class NotAllowedError(InputError):
    """The person who asks may not do it."""


class ReadOnlyError(InputError):
    """Digit Lab is in read-only mode."""


class WorkError(DigitLabError):
    """The work was right to ask for and failed."""


class DataError(WorkError):
    """The data set is missing, truncated or not what it should be."""


class DownloadError(DataError):
    """No mirror delivered the data set whole."""


class TrainingError(WorkError):
    """A training failed."""


class RegistryError(WorkError):
    """The run registry is unreachable, locked or damaged."""


class GivenUpError(WorkError):
    """Another process took the job over, or somebody ended it, while this one worked on it."""


class ClusterError(WorkError):
    """No worker could be started or reached."""


class ReportError(WorkError):
    """A file that was asked for could not be written."""
