"""Text messages for developers: nothing is sent, the text goes to a private file."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from config.sms import SmsTexts
from domain.personal import mask_phone
from providers.sms_sender import SmsResult


class LogSms:
    """Appends each text to ``sms.log`` in the data folder, one JSON object a line, readable by the owner alone."""

    def __init__(self, data_dir: Path, texts: SmsTexts) -> None:
        self._path = data_dir / "sms.log"
        self._texts = texts

    def send(self, phone: str, template: str, params: dict[str, str]) -> SmsResult:
        """Always accepted unless the file cannot be written; raises ValueError for wrong parameters."""
        line = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "phone": mask_phone(phone),
            "template": template,
            "text": self._texts.render(template, params),
        }
        try:
            self._append(json.dumps(line, ensure_ascii=False) + "\n")
        except OSError as error:
            return SmsResult("retry", type(error).__name__)
        return SmsResult("accepted", "file")

    def _append(self, line: str) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # The file holds one-time codes: a link planted in its place is not followed, an older wide mode is narrowed.
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            os.fchmod(handle, 0o600)
            os.write(handle, line.encode())
        finally:
            os.close(handle)
