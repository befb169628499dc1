# The commands of README.md; each sets up what it needs.
.PHONY: demo test screenshots bench build release packages format lint

# Tests at a time: all at once, each would wait for the others on a machine of two cores until its requests time out.
# Swift 6.2 has no word for it.
WIDTH = --experimental-maximum-parallelization-width
AT_ONCE = $(if $(shell swift test --help-hidden | grep -e '$(WIDTH)'),$(WIDTH) 6)

demo: packages release ## the pages on a simulated tenant of ten days, until Ctrl-C
	@exec .build/release/isthmus demo

test: packages ## all tests, with everything that they start
	swift build --build-tests
	Tests/JMESPathOracle/prepare
	Tests/OCSFSchema/prepare
	scripts/with-postgresql swift test --skip-build $(AT_ONCE)
	ISTHMUS_TEST_STORE=postgresql scripts/with-postgresql swift test --skip-build $(AT_ONCE) \
	  --filter '(Isthmus(Ingest|Configuration|Server|Pages)|Acceptance)Tests'
	Tests/MicrosoftSDK/run .build/debug/isthmus
	Tests/InterfaceCheck/run .build/debug/isthmus
	Tests/PostgreSQLCheck/run .build/debug/isthmus
	Tests/BrowserCheck/run .build/debug/isthmus
	Tests/FaultCheck/run .build/debug/isthmus

screenshots: packages build ## each page at three widths, into docs/screenshots
	Tests/BrowserCheck/run .build/debug/isthmus --screenshots docs/screenshots

bench: packages release ## speed, memory and size, beside a peer where there is one
	scripts/bench .build/release/isthmus
	swift build -c release --product QueryBench
	scripts/bench-queries .build/release/isthmus .build/release/QueryBench
	scripts/bench-load .build/release/isthmus
	scripts/with-postgresql scripts/bench-workers .build/release/isthmus
	scripts/bench-pages .build/release/isthmus

release:
	swift build -c release --product isthmus

build:
	swift build

packages:
	scripts/install-packages

format:
	swift format --in-place --recursive Sources Tests Package.swift

lint:
	swift format lint --strict --recursive Sources Tests Package.swift
	scripts/check-core
