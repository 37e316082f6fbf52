"""What JupyterLab loads of ours: its settings, and how it opens notebooks."""
