"""Forms of rows that several people change: whoever comes second reads what stands before anything is overwritten."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Model
from django.forms.models import model_to_dict
from django.http import QueryDict

from articles.templatetags.desk import zoned_plain

if TYPE_CHECKING:
    Base = forms.ModelForm[Any]
else:
    Base = forms.ModelForm


class Versioned(Base):
    """A form with a hidden mark of what its row said when the page was opened; a post without one is not asked."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, label="", max_length=16)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stood = model_to_dict(self.instance, [name for name in self.fields if name != "seen"])
        self._version = hashlib.sha256(repr(sorted(self._stood.items())).encode()).hexdigest()[:16]
        self.initial["seen"] = self._version

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        seen = self.cleaned_data.get("seen")
        # A row that is about to be added was saved by nobody; its defaults, a moment among them, differ each time.
        if seen and seen != self._version and not self.instance._state.adding:
            self.add_error(None, f"Somebody saved this after you had opened it. {self._differences()}")
            renewed = QueryDict(mutable=True)
            renewed.update(self.data)
            renewed[self.add_prefix("seen")] = self._version  # the next press knows
            self.data = renewed
        return data

    def _differences(self) -> str:
        stands = [
            f"{self.fields[name].label or name}: {self._in_words(name, value)}"
            for name, value in self._stood.items()
            if name in self.cleaned_data and _as_typed(self.cleaned_data[name]) != _as_typed(value)
        ]
        told = f" Where yours differs, now stands: {'; '.join(stands)[:600]}." if stands else ""
        return f"Yours is below, not saved yet.{told} Press again to put yours in its place."

    def _in_words(self, name: str, value: Any) -> str:
        """Return what stands in a field as the page prints it: a choice by its label, a moment with its zone."""
        if value in (None, ""):
            return "empty"
        if isinstance(value, datetime):
            return zoned_plain(value)
        choices: Any = getattr(self.fields[name], "choices", ())
        return str(dict(choices).get(value, value))


def _as_typed(value: Any) -> Any:
    """Return a value as its field posts it: another row by its key, a moment to the minute."""
    if isinstance(value, datetime):
        return value.replace(second=0, microsecond=0)
    return value.pk if isinstance(value, Model) else value
