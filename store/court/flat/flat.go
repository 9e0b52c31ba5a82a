// Package flat reads the JSON that nearly every frame consists of: an object of plain strings, whole numbers, booleans
// and objects of the same kind. It builds nothing and understands nothing else; who gets false asks encoding/json.
package flat

import "unicode/utf8"

// Value is a value as it stands in the text. Kind is 's' for a string without escapes (Text is what is between the
// quotation marks), 'n' for a whole number, 'b' for a boolean, 'o' for an object.
type Value struct {
	Kind byte
	Text string
}

// maxDepth bounds objects within objects.
const maxDepth = 3

// Object gives each field of the one object that text is to take, in order. It reports whether text was such an object
// through and through, and take wanted every field.
func Object(text string, take func(name string, v Value) bool) bool {
	end, ok := object(text, 0, maxDepth, take)
	return ok && space(text, end) == len(text)
}

// object reads an object that begins at i and gives where it ends.
func object(text string, i, depth int, take func(name string, v Value) bool) (int, bool) {
	i = space(text, i)
	if i == len(text) || text[i] != '{' || depth == 0 {
		return i, false
	}
	if i = space(text, i+1); i < len(text) && text[i] == '}' {
		return i + 1, true
	}
	for {
		name, next, ok := plainString(text, space(text, i))
		if i = space(text, next); !ok || i == len(text) || text[i] != ':' {
			return i, false
		}
		v, next, ok := value(text, space(text, i+1), depth)
		if !ok || take != nil && !take(name, v) {
			return i, false
		}
		if i = space(text, next); i == len(text) {
			return i, false
		}
		switch text[i] {
		case ',':
			i++
		case '}':
			return i + 1, true
		default:
			return i, false
		}
	}
}

func value(text string, i, depth int) (v Value, end int, ok bool) {
	if i == len(text) {
		return v, i, false
	}
	switch c := text[i]; {
	case c == '"':
		v.Kind = 's'
		v.Text, end, ok = plainString(text, i)
		return v, end, ok
	case c == '{':
		end, ok = object(text, i, depth-1, nil)
		v.Kind = 'o'
	case c == 't' || c == 'f':
		word := "true"
		if c == 'f' {
			word = "false"
		}
		end = i + len(word)
		ok = end <= len(text) && text[i:end] == word
		v.Kind = 'b'
	default:
		end, ok = whole(text, i)
		v.Kind = 'n'
	}
	if ok {
		v.Text = text[i:end]
	}
	return v, end, ok
}

// plainString reads a string of valid UTF-8 without escapes.
func plainString(text string, i int) (s string, end int, ok bool) {
	if i == len(text) || text[i] != '"' {
		return "", i, false
	}
	ascii := true
	for end = i + 1; end < len(text); end++ {
		switch c := text[end]; {
		case c == '"':
			s = text[i+1 : end]
			return s, end + 1, ascii || utf8.ValidString(s)
		case c == '\\' || c < 0x20:
			return "", end, false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return "", end, false
}

// maxDigits keeps every whole number within an int64.
const maxDigits = 18

// whole reads a whole number; what may stand behind one in JSON and makes it another is left to the caller, who finds
// there neither a comma nor a brace.
func whole(text string, i int) (end int, ok bool) {
	if end = i; end < len(text) && text[end] == '-' {
		end++
	}
	first := end
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	digits := end - first
	return end, digits > 0 && digits <= maxDigits && (digits == 1 || text[first] != '0')
}

// Int gives a whole number's value.
func (v Value) Int() (n int64) {
	digits := v.Text
	negative := len(digits) > 0 && digits[0] == '-'
	if negative {
		digits = digits[1:]
	}
	for i := range len(digits) {
		n = n*10 + int64(digits[i]-'0')
	}
	if negative {
		n = -n
	}
	return n
}

// True reports whether a boolean is true.
func (v Value) True() bool { return len(v.Text) == len("true") }

func space(text string, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r') {
		i++
	}
	return i
}
