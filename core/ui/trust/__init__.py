"""Parts of the Trust page: digit by digit, calibration, when to refuse, robustness."""
