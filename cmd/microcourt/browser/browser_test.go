//go:build browser

package browser_test

import (
	"testing"
	"time"
)

// Four people on phones of 390x844, two on each node, who sign in through the pages.
func TestJudgeClerkAndTwoPartiesTalkInOneRoomOnTwoNodes(t *testing.T) {
	newCourt(t).play(t, "room.mjs", 3*time.Minute)
}
