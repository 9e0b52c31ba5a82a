//go:build browser && shots

package browser_test

import (
	"path/filepath"
	"testing"
	"time"
)

// TestShots takes the pictures that the README and web/FIGURES.md show: `make shots`.
func TestShots(t *testing.T) {
	folder, err := filepath.Abs(filepath.Join(root, "web", "shots"))
	if err != nil {
		t.Fatal(err)
	}
	newCourt(t).play(t, "shots.mjs", 2*time.Minute, folder)
	newCourt(t).play(t, "accessible.mjs", 8*time.Minute, filepath.Join(folder, "figures"))
}

// TestVideos films what the page of help shows: `make videos`.
func TestVideos(t *testing.T) {
	pages, err := filepath.Abs(filepath.Join(root, "web"))
	if err != nil {
		t.Fatal(err)
	}
	newCourt(t).play(t, "videos.mjs", 5*time.Minute, filepath.Join(pages, "public", "help"), filepath.Join(pages, "src", "account", "videos.json"))
}
