package flat

import (
	"encoding/json"
	"testing"
	"unicode/utf8"
)

// FuzzObjectAgreesWithTheStandardLibrary: what is understood is valid JSON, and each value is what encoding/json
// makes of it.
func FuzzObjectAgreesWithTheStandardLibrary(f *testing.F) {
	for _, text := range []string{`{}`, ` { "a" : "您好" , "b":-12,"c":true,"d":{"e":0}}`, `{"a":01}`, `{"a":1.5}`, `{"a":"\n"}`,
		`{"a":1}}`, `{"a":{"b":{"c":{}}}}`, `{"a":1,}`, `{"":""}`, `{"a":1,"a":2}`, `{"a":truex}`, "{\"a\":\"\xff\"}", `{"a":123456789012345678}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got := map[string]Value{}
		if !Object(string(text), func(name string, v Value) bool { got[name] = v; return true }) {
			return
		}
		var want map[string]json.RawMessage
		if err := json.Unmarshal(text, &want); err != nil || !utf8.Valid(text) {
			t.Fatalf("understood %q, which is none: %v", text, err)
		}
		if len(got) != len(want) {
			t.Fatalf("%q: %d fields, want %d", text, len(got), len(want))
		}
		for name, v := range got {
			var err error
			var same bool
			switch v.Kind {
			case 's':
				var s string
				err = json.Unmarshal(want[name], &s)
				same = s == v.Text
			case 'n':
				var n int64
				err = json.Unmarshal(want[name], &n)
				same = n == v.Int()
			case 'b':
				var b bool
				err = json.Unmarshal(want[name], &b)
				same = b == v.True()
			case 'o':
				same = string(want[name]) == v.Text
			}
			if err != nil || !same {
				t.Errorf("%q: field %q is %q, want %q (%v)", text, name, v.Text, want[name], err)
			}
		}
	})
}

func TestNestingIsBounded(t *testing.T) {
	if !Object(`{"a":{"b":{"c":1}}}`, nil) || Object(`{"a":{"b":{"c":{}}}}`, nil) {
		t.Error("objects within objects are not bounded at three")
	}
}
