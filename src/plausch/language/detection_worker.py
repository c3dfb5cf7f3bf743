"""The child process of `detection`: the only module here that loads py3langid and numpy."""

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from plausch.kernel.child import serve

#: The model's label for sounds, lists and code.
_NO_LANGUAGE = "zxx"
#: What is spoken around us and much of what is spoken elsewhere; rare languages would only be mistaken guesses.
LANGUAGES = (
    "ar", "bg", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "it", "ja", "ko",
    "lt", "lv", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "tr", "uk", "vi", "zh",
    _NO_LANGUAGE,
)  # fmt: skip
_MIN_CONFIDENCE = 0.6


def detect(text: str) -> str | None:
    """The language of the text, unless another is nearly as likely."""
    language, confidence = _identifier().classify(text)
    return str(language) if confidence >= _MIN_CONFIDENCE and language != _NO_LANGUAGE else None


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier


if __name__ == "__main__":
    serve(detect, str)
