"""From a picture to the numbers a model sees: steps, recipes, drawings and photos."""
