// Package web holds the page: the Vue sources, and what Vite built of them, embedded into the program. It owns no
// logic; the api package serves what Dist gives.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Dist gives the built page. Without a build it holds nothing but `.keep`, and `index.html` is missing.
func Dist() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the folder is embedded above, so this cannot happen
	}
	return sub
}
