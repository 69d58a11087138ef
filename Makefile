# The same words as dev.py; pass its options in ARGS: make test ARGS="-k planning"
.PHONY: run test check install translations assets bench race histories

run test check install translations assets bench race histories:
	@python3 dev.py $@ $(ARGS)
