"""Worker processes and what runs in them: submit, watch, cancel; nothing here knows of models, runs or studies."""
