"""The support vector machine: pairwise kernel machines, their coupling, virtual examples."""
