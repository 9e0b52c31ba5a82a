package court

import (
	"slices"
	"testing"
)

// TestACourtsOwnNoticesAreCompletedByTheBuiltInOnes: its own wording stands, and what it lacks is named, so that nothing that people have to accept is without a text.
func TestACourtsOwnNoticesAreCompletedByTheBuiltInOnes(t *testing.T) {
	own, err := ParseNotices("## first_entry | 告知 | v7\n\n本院自己的文字。\n")
	if err != nil {
		t.Fatal(err)
	}
	added := own.Complete()
	if own[NoticeFirstEntry].Version != "v7" || slices.Contains(added, NoticeFirstEntry) {
		t.Errorf("the court's own wording became %+v", own[NoticeFirstEntry])
	}
	if own[NoticeServiceAddress].Text == "" || !slices.Contains(added, NoticeServiceAddress) || len(own) != len(DefaultNotices()) || len(added) != len(own)-1 {
		t.Errorf("added are %v of %d", added, len(own))
	}
	if again := own.Complete(); len(again) != 0 {
		t.Errorf("added again: %v", again)
	}
}
