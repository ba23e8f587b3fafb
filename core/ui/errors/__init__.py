"""Parts of the Errors page: whose answers, the matrix, the images behind it, the story of one image."""
