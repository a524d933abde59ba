"""The judge of generic candidates: is what is given to a name a secret? Features that a person would name, weighed."""
