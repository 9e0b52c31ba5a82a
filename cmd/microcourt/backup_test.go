package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestABackupIsTakenWhileServingAndServesInItsTurn, and a second one never writes over the first.
func TestABackupIsTakenWhileServingAndServesInItsTurn(t *testing.T) {
	data, copied := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	s := start(t, "--demo", "--data", data)
	if code, _, errs := microcourt(t, "", "backup", "--data", data, copied); code != 0 {
		t.Fatalf("backup: %s", errs)
	}
	if code, _, errs := microcourt(t, "", "backup", "--data", data, copied); code == 0 || !strings.Contains(errs, "never overwrites") {
		t.Errorf("a second backup to the same place: %d %s", code, errs)
	}
	for _, name := range []string{"key", "seal-key", "push-key"} {
		was, err := os.ReadFile(filepath.Join(data, name))
		if got, copyErr := os.ReadFile(filepath.Join(copied, name)); err != nil || copyErr != nil || !bytes.Equal(was, got) {
			t.Errorf("%s: %v %v", name, err, copyErr)
		}
	}
	s.terminate()
	s.ended(0)
	again := start(t, "--data", copied)
	token := again.signIn("judge.li", "demo-judge-li")
	if token == "" {
		t.Error("the judge can't sign in at the copy")
	}
}

func TestABackupOfWhatIsNotThereFails(t *testing.T) {
	if code, _, errs := microcourt(t, "", "backup", "--data", t.TempDir(), filepath.Join(t.TempDir(), "copy")); code == 0 {
		t.Errorf("a backup of nothing went well: %s", errs)
	}
}
