# A JDK and a CPython are found as they are needed. The virtual environment is made, with the package installed from
# this tree. Maven builds (pom.xml); this file and tools/ put the parts together.

# The options of the JVM in the Python tests.
BUFFERBRIDGE_TEST_JVM_OPTIONS ?= -ea
export BUFFERBRIDGE_TEST_JVM_OPTIONS
export PYTHON

MAKEFLAGS += --no-print-directory
.NOTPARALLEL:
.PHONY: help build demo demo-java test lint test-java test-python test-pythons test-java-pythons test-collectors \
	test-jvms check-jni check-jar check-wheel mutants soak-leases soak-threads bench bench-check exits wheel release \
	clean distclean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | while IFS='	' read -r target text; do \
		printf '  make %-17s %s\n' "$$target" "$$text"; done
	@echo
	@echo '  JAVA_HOME=    the JDK to use, 22 or newer, if not the first that is found'
	@echo '  PYTHON=       the CPython to test with, 3.11 or newer, if not the first that is found'
	@echo '  ARGS=         more arguments for Maven (test-java), pytest (test-python) or the demo'

build: ## the native library and the jars, linked into the Python package
	@tools/build

demo: ## run examples/demo.py
	@python=$$(tools/venv) && tools/build-examples && tools/with-jdk "$$python" examples/demo.py $(ARGS)

demo-java: ## run examples/java/.../Chord.java, a Java program that computes with numpy
	@tools/demo-java $(ARGS)

test: lint test-java test-python bench-check ## all tests, and the instructions of the fast paths

lint: ## formats, rules and directions of imports; ARGS=--fix puts right what a tool can
	@tools/lint $(ARGS)

.PHONY: docs
docs: ## the site of docs and README.md, with the APIs of both languages, in target/site
	@tools/docs/build

test-java: ## the C tests and the Java tests
	@PYTHON_COMMAND=$$(tools/venv) && export PYTHON_COMMAND && tools/build --test $(ARGS)

test-python: ## the Python tests
	@tools/test/python $(ARGS)

test-pythons: build ## the Python tests with every CPython found
	@tools/find-python --all | ( failed=0; while read -r version python; do \
		PYTHON=$$python tools/test/python $(ARGS) < /dev/null || failed=1; done; exit $$failed )

test-java-pythons: ## the Java tests that embed CPython, with every CPython found
	@tools/find-python --all | ( failed=0; while read -r version python; do echo "Python $$version"; \
		PYTHON_COMMAND=$$(PYTHON=$$python tools/venv < /dev/null) \
		tools/build --test -Dtest='org/bufferbridge/python/**/*Test' \
		$(ARGS) < /dev/null || failed=1; done; exit $$failed )

.PHONY: test-ecosystem
test-ecosystem: ## the Python tests of large libraries, such as torch, which this installs
	@tools/test/ecosystem $(ARGS)

.PHONY: test-spark
test-spark: ## the Spark module (spark/) with the PySpark that this installs
	@tools/test/spark $(ARGS)

SPARK_OLDER = contract types windows columns sharing
.PHONY: test-spark-older
test-spark-older: ## the same with Spark 4.2: a part of the tests, or those of ARGS
	@SPARK_MINOR=4.2 tools/test/spark $(or $(ARGS),$(SPARK_OLDER:%=spark/tests/test_%.py))

.PHONY: soak-spark
soak-spark: ## queries, failures and kills in the Spark module for SECONDS (600) leave no batch and no memory
	@tools/test/soak-spark $(or $(SECONDS),600)

test-collectors: ## the Python tests with every garbage collector of the JVM, collecting all the time
	@tools/test/collectors $(ARGS)

test-jvms: ## the Python tests with every JVM found, and those that Python packages bring
	@tools/test/jvms $(ARGS)

.PHONY: test-recorded test-sid
test-recorded: ## the Python and the Java tests; when all pass, tested.md gets the row of PYTHON and JAVA_HOME
	@tools/test/recorded

test-sid: ## the same with the CPythons and JDKs of Debian sid, as root; ARGS=3.14+27, SID_ROOT=target/sid
	@tools/test/sid $(ARGS)

.PHONY: test-free-threaded
test-free-threaded: ## the Python tests without a GIL, on the free-threaded CPython that PYTHON names
	@tools/test/free-threaded $(ARGS)

.PHONY: test-install
test-install: ## two commands in an empty Debian 12 lead to README's first outputs, in each language; needs root
	@tools/test/install $(ARGS)

check-jar: ## the jar alone, in an empty Maven project, with CPythons that know nothing of bufferbridge
	@tools/release/check-jar

check-wheel: ## the wheel alone, in a new virtual environment: the Python tests
	@tools/release/check-wheel $(ARGS)

.PHONY: check-modules
check-modules: ## the jar in an OSGi framework, on the module path, and in an image of jlink
	@tools/release/check-modules

.PHONY: check-recipes
check-recipes: ## the workflows for hosted runners, and the conda recipe, by their linters
	@tools/release/check-recipes

mutants: build ## planted defects, each of which a test has to notice
	@python=$$(tools/venv) && tools/build-examples && tools/with-jdk "$$python" tools/mutants $(ARGS)

.PHONY: mutants-ecosystem
mutants-ecosystem: build ## planted defects that the tests of test-ecosystem have to notice
	@tools/test/ecosystem --mutants $(ARGS)

check-jni: ## all tests under -Xcheck:jni
	@tools/test/jni

.PHONY: adversaries stress faults asan memcheck fuzz soak-exports
stress: ## threads of both languages for SECONDS (30), with SEED to run one again
	@tools/test/soak stress $(or $(SECONDS),30) $(SEED)

faults: ## each call that can fail does, in turn; ARGS= names of scenarios
	@tools/test/faults $(ARGS)

fuzz: ## random and guided formats, geometries and structures for SECONDS (60), on both sides
	@tools/test/fuzz $(or $(SECONDS),60)

asan: ## the Python tests, and the Java tests that embed CPython, under AddressSanitizer and UBSan
	@tools/test/asan $(ARGS)

memcheck: build ## the C tests under valgrind
	@for test in target/test-nar/bin/*/*_test; do \
		tools/quietly memcheck --closing answered valgrind -q --leak-check=full --error-exitcode=1 $$test || exit; done

soak-exports: ## COUNT cycles (1000000) of exports, calls and blocks leave memory and counts as they are
	@tools/test/soak exports $(COUNT)

soak-leases: ## COUNT leases (10000000) leave memory and reference counts as they are
	@tools/test/soak leases $(COUNT)

soak-threads: ## 64 Java threads call Python for SECONDS (60): no deadlock, no leak
	@PYTHON_COMMAND=$$(tools/venv) && export PYTHON_COMMAND && tools/build --test -Dtest=CrowdTest \
		-Dbufferbridge.test.crowdSeconds=$(or $(SECONDS),60) && grep -a '^crowd:' target/logs/test-java.log

.PHONY: figures
figures: ## the charts, and the table of docs/reference/performance.md, from benchmarks/results
	@tools/docs/figures

bench: ## measure, beside CPython's own objects, numpy and other bridges; writes benchmarks/results, and the figures
	@tools/measure/bench $(if $(ARGS),$(ARGS),--results benchmarks/results)

.PHONY: bench-spark
bench-spark: ## measure the Spark module beside stock Spark and native expressions; ARGS= of spark/bench.py
	@tools/measure/bench-spark $(ARGS)

.PHONY: demonstrations
demonstrations: ## run the demonstrations of examples, and write their figures, pictures and notebooks; ARGS= some
	@tools/measure/demonstrations $(ARGS)

adversaries: ## generated attacks: first uses, pending exceptions, bottoms of stacks and others, ROUNDS (50) of each
	@BUFFERBRIDGE_ADVERSARIES_ROUNDS=$(or $(ROUNDS),50) tools/test/python python-tests/adversaries $(ARGS)
	@grep -ah '^adversaries:' target/logs/test-python-*.log

exits: ## COUNT process ends (1000), of every kind, with memory out and threads busy in both languages
	@tools/test/soak exits $(COUNT)

bench-check: ## instructions of the fast paths (valgrind), beside the recorded ones; ARGS=--record writes them anew
	@tools/measure/bench-check $(ARGS)

wheel: ## dist/*.whl for this machine, with the native library and the jars
	@tools/release/wheels

.PHONY: wheels
wheels: ## dist/*.whl and dist/*.tar.gz: the wheels of all platforms, compiled here, and the sdist
	@tools/release/wheels --all

.PHONY: wheel-spark check-spark
wheel-spark: ## dist/spark/*.whl: the Spark module with its jar, for this machine
	@tools/release/wheel-spark

check-spark: ## the wheel of the Spark module and PySpark, installed into an empty folder: the guide's example
	@tools/release/check-spark

release: ## dist: wheels, sdist, the jar of all platforms with sources, documentation and SBOM, sums; published by hand
	@tools/release/wheels --release

.PHONY: reproducible
reproducible: ## makes the release in two folders, and compares all files
	@tools/release/reproducible

clean: ## remove what was built
	@rm -rf target dist src/main/python/bufferbridge/_native.abi3.so src/main/python/bufferbridge/jars

distclean: clean ## remove the virtual environments and caches too
	@rm -rf .venv .venv-* .pytest_cache .hypothesis .ruff_cache
	@find . -name __pycache__ -prune -exec rm -rf {} +
