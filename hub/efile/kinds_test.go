package efile

import (
	"os"
	"regexp"
	"testing"

	"microcourt/store/court"
)

// TestEveryKindOfEventHasItsPlaceInTheFile, or is no matter of it: one that comes later can't be forgotten.
func TestEveryKindOfEventHasItsPlaceInTheFile(t *testing.T) {
	source, err := os.ReadFile("../../store/court/event.go")
	if err != nil {
		t.Fatal(err)
	}
	kinds := regexp.MustCompile(`(?m)^\tKind\w+\s+Kind = "(\w+)"`).FindAllSubmatch(source, -1)
	if len(kinds) < 35 {
		t.Fatalf("only %d kinds were found", len(kinds))
	}
	for _, m := range kinds {
		kind := court.Kind(m[1])
		_, talk := court.KindActs[kind]
		_, taken := takers[kind]
		display := kind == court.KindWatermarkSet || kind == court.KindHearingSeatSet || kind == court.KindHearingShown || kind == court.KindTranscriptLive
		if !taken && !talk && !display {
			t.Errorf("%s has no place", kind)
		}
	}
}
