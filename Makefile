# Microcourt 微法庭. `make` lists what there is.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GO_FILES := $(shell find api cmd hub rtc store web -path web/node_modules -prune -o -path web/src -prune -o -path hub/paper/fonts -prune -o -type f ! -path '*/testdata/*' -print)
PAGE_FILES := $(shell find web/src web/public web/build web/*.html web/*.ts web/*.json -type f ! -name components.d.ts 2>/dev/null)

# Built as the program is, so that what both need is built once.
BROWSER := CGO_ENABLED=0 go test -trimpath -tags browser -count=1

FONT_FILES := $(addprefix hub/paper/fonts/,NotoSerifSC-Regular.ttf.gz NotoSansSC-Medium.ttf.gz OFL.txt)

.PHONY: help run build fonts test test-go test-web shots videos icons soak bench types

help: ## this list
	@echo 'Microcourt 微法庭'; grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 16

run: bin/microcourt ## a demonstration on this machine (MICROCOURT_LISTEN=127.0.0.1:8080, data in ./var)
	./bin/microcourt serve --demo

build: bin/microcourt ## the program with its pages: bin/microcourt

bin/microcourt: $(filter-out web/dist/%,$(GO_FILES)) go.mod go.sum web/dist/index.html $(FONT_FILES)
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o $@ ./cmd/microcourt

fonts: $(FONT_FILES) ## the fonts for printing, which go into the program

# The same fonts give the same bytes: no time, no name.
hub/paper/fonts/NotoSerifSC-Regular.ttf.gz: web/node_modules/.stamp
	gzip -9nc web/node_modules/@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf > $@

hub/paper/fonts/NotoSansSC-Medium.ttf.gz: web/node_modules/.stamp
	gzip -9nc web/node_modules/@expo-google-fonts/noto-sans-sc/500Medium/NotoSansSC_500Medium.ttf > $@

hub/paper/fonts/OFL.txt: web/node_modules/.stamp
	cat web/node_modules/@expo-google-fonts/noto-serif-sc/LICENSE_FONT > $@

# Whatever holds no pages is compiled meanwhile. If that fails, building the program says so.
web/dist/index.html: $(PAGE_FILES) web/node_modules/.stamp | $(FONT_FILES)
	{ CGO_ENABLED=0 go build -trimpath ./api >/dev/null 2>&1 || true; } & cd web && npm run build; wait
	touch $@

web/node_modules/.stamp: web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	touch $@

test: test-go test-web ## all tests; says what it had to skip, MICROCOURT_REQUIRE_ALL=1 lets a skip fail

# The tests of servers build the program as well, and find it compiled.
test-go: bin/microcourt
	./.ci/test-go

test-web: bin/microcourt
	cd web && npm test
	MICROCOURT_BINARY=$(CURDIR)/bin/microcourt $(BROWSER) -timeout 30m -v ./cmd/microcourt/browser

shots: bin/microcourt ## the pictures in web/shots, taken anew in Chromium
	MICROCOURT_BINARY=$(CURDIR)/bin/microcourt go test -tags browser,shots -count=1 -run '^TestShots$$' ./cmd/microcourt/browser

videos: bin/microcourt ## the videos of the page of help, filmed anew in Chromium (ffmpeg with VP9)
	MICROCOURT_BINARY=$(CURDIR)/bin/microcourt go test -tags browser,shots -count=1 -run '^TestVideos$$' ./cmd/microcourt/browser

icons: web/node_modules/.stamp ## the icons for home screens and notifications, drawn anew in Chromium from web/public/emblem.svg
	cd web && node build/icons.mjs

soak: bin/microcourt ## the long versions of the tests, and each fuzz test for a minute (hours)
	MICROCOURT_SOAK=1 ./.ci/test-go
	MICROCOURT_SOAK=1 MICROCOURT_BINARY=$(CURDIR)/bin/microcourt $(BROWSER) -timeout 1h ./cmd/microcourt/browser
	./.ci/fuzz

bench: bin/microcourt ## measure against the budgets; writes bench.json
	./bin/microcourt bench

types: web/node_modules/.stamp ## the page's types from the API's description
	go run ./cmd/microcourt openapi > web/openapi.json
	cd web && npm run types
