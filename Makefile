# The same words as dev.py; pass its options in ARGS: make test ARGS="-k planning"
.PHONY: run test check install translations assets bench race

run test check install translations assets bench race:
	@python3 dev.py $@ $(ARGS)
