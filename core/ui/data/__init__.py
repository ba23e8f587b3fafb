"""Parts of the Data page: the data set, the map, the Lab, augmentation, the effect of recipes."""
