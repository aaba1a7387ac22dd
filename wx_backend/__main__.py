"""``python -m wx_backend COMMAND``: what production runs."""

from wx_backend.commands import main

if __name__ == "__main__":
    main()
