package hub

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"microcourt/store/court"
)

// FuzzParseRequest: whatever comes over the socket is either understood or answered with an error of ours, and an id
// to answer to is never anything that could not have been sent as one.
func FuzzParseRequest(f *testing.F) {
	f.Add([]byte(`{"t":"hello","id":"1","lang":"zh","client":"web/1.0"}`))
	f.Add([]byte(`{"t":"join","id":"2","case":"C","here":true,"have":{"room":41}}`))
	f.Add([]byte(`{"t":"send","id":"4","case":"C","thread":"room","event":"e","kind":"text","body":{"text":"您好"}}`))
	f.Add([]byte(`{"id":"1","x":[[[[[[[[[[]]]]]]]]]]}`))
	f.Add([]byte("{\"id\":\"\xff\"}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var quick, usual request
		if parseFlat(text, &quick) {
			if err := json.Unmarshal(text, &usual); err != nil || !reflect.DeepEqual(quick, usual) {
				t.Errorf("%q is read as %+v, but is %+v (%v)", text, quick, usual, err)
			}
		}
		r, err := parseRequest(text)
		if r.ID != "" && !court.ValidID(r.ID) {
			t.Errorf("answers to id %q", r.ID)
		}
		if err != nil {
			if court.AsError(err) != court.ErrFrame {
				t.Errorf("an error that is not bad_frame: %v", err)
			}
			return
		}
		if r.ID == "" || len(r.Have) > maxHave || !json.Valid(text) {
			t.Errorf("understood %q as %+v", text, r)
		}
	})
}

func TestNestingIsBoundedBeforeAnythingIsBuilt(t *testing.T) {
	deep := func(n int) []byte {
		return []byte(`{"t":"x","id":"1","body":` + strings.Repeat("[", n-1) + strings.Repeat("]", n-1) + `}`)
	}
	if _, err := parseRequest(deep(maxFrameDepth)); err != nil {
		t.Errorf("depth %d: %v", maxFrameDepth, err)
	}
	if _, err := parseRequest(deep(maxFrameDepth + 1)); err == nil {
		t.Errorf("depth %d passes", maxFrameDepth+1)
	}
	if _, err := parseRequest([]byte(`{"t":"x","id":"1","case":"` + strings.Repeat(`[\"`, 50) + `"}`)); err != nil {
		t.Errorf("brackets in a string count: %v", err)
	}
}

// TestFramesOfEveryLengthAreReadByTheLibrary checks the header that we write ourselves against another reader.
func TestFramesOfEveryLengthAreReadByTheLibrary(t *testing.T) {
	for _, n := range []int{0, 1, 125, 126, 127, 1000, 65535, 65536, 200_000} {
		buf := append(make([]byte, headerRoom), bytes.Repeat([]byte("x"), n)...)
		f := seal(opText, buf)
		got, payload := readFrame(t, f)
		if got != websocket.MessageText || payload != n {
			t.Errorf("a payload of %d bytes is read as %d of type %v", n, payload, got)
		}
	}
}

func TestEventFramesAreTheJSONOfTheirEvent(t *testing.T) {
	ev := court.Event{CaseID: "c", Thread: "pair/a/b", Seq: 7, ID: "e", At: 1790000000123, By: "a", Kind: court.KindText,
		Body: json.RawMessage(`{"text":"<您好> & \"quoted\""}`), Withdrawn: court.KindRecall}
	f := eventFrame(&ev)
	var got struct {
		T string `json:"t"`
		court.Event
	}
	if err := json.Unmarshal(f[headerLength(f):], &got); err != nil {
		t.Fatal(err)
	}
	want, _ := json.Marshal(ev)
	if have, _ := json.Marshal(got.Event); got.T != "event" || !bytes.Equal(have, want) {
		t.Errorf("got %s, want %s", have, want)
	}
}
