package hub

import (
	"errors"
	"fmt"
	"testing"

	"microcourt/store/court"
)

// TestAFewArchivesAreWrittenAtATimeAndOneForEachPerson.
func TestAFewArchivesAreWrittenAtATimeAndOneForEachPerson(t *testing.T) {
	var x exports
	var release []func()
	for i := range maxExports {
		free, err := x.take(fmt.Sprint("person", i))
		if err != nil {
			t.Fatal(err)
		}
		release = append(release, free)
	}
	if _, err := x.take("another"); !errors.Is(err, court.ErrTooMany) {
		t.Errorf("one more: %v", err)
	}
	release[0]()
	release[0]() // twice is once
	if _, err := x.take("person1"); !errors.Is(err, court.ErrTooMany) {
		t.Errorf("the same person again: %v", err)
	}
	if _, err := x.take("another"); err != nil {
		t.Errorf("after one is done: %v", err)
	}
}
