"""Why a model answers as it does: its inside, occlusion, neighbours, support vectors, novelty."""
