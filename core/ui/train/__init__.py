"""Parts of the Train page: where a training starts from, its form, its submission, those at work."""
