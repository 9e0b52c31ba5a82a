// Package browser shows the program's promises in a real Chromium, against the real program with its embedded pages, PostgreSQL,
// Redis and an S3-compatible server. The tests stand behind the build tag `browser`, because they need the pages to be
// built; what happens in the pages is written down in web/e2e.
package browser
