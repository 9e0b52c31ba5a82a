//go:build browser && shots

package browser_test

import (
	"path/filepath"
	"testing"
	"time"
)

// TestShots takes the pictures that the README shows: `make shots`.
func TestShots(t *testing.T) {
	folder, err := filepath.Abs(filepath.Join(root, "web", "shots"))
	if err != nil {
		t.Fatal(err)
	}
	newCourt(t).play(t, "shots.mjs", 2*time.Minute, folder)
}
