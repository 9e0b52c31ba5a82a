package store

import (
	"errors"
	"strings"
	"testing"

	"microcourt/store/court"
)

func TestPhoneNumbersAreKnownHoweverTheyAreTyped(t *testing.T) {
	for typed, want := range map[string]string{
		"13800000001": "13800000001", " 138 0000 0001 ": "13800000001", "138-0000-0001": "13800000001",
		"+86 138 0000 0001": "13800000001", "+8613800000001": "13800000001", "008613800000001": "13800000001", "8613800000001": "13800000001",
		"１３８０００００００１": "13800000001", "＋86 19912345678": "19912345678",
		"": "", "1380000000": "", "138000000011": "", "12800000001": "", "23800000001": "", "+1 3800000001": "", "+138000000": "",
		"1380000000a": "", "138+0000001": "", "+86+13800000001": "", "0571-12345678": "",
		"+852 6123 4567": "+85261234567", "00852-61234567": "+85261234567", "＋８５３ 66123456": "+85366123456", "+886 912 345 678": "+886912345678", "+44 7700 900123": "+447700900123",
		"+1 212 555 0123": "+12125550123", "+1234567890123456": "", "+852 21234567": "", "+86 85261234567": "", "+86+85261234567": "", "61234567": "", "+852 2123456": "", "+853 28123456": "", "+886 0912345678": "", "+0 612345678": "", "+1234567": "",
		"+86 021 12345678": "", "852 61234567": "", "+8613800000001+": "",
		strings.Repeat("1", 1000): "", strings.Repeat(" ", 1000) + "13800000001": "13800000001",
	} {
		got, err := normalPhone(typed)
		if got != want || (want == "") != errors.Is(err, court.ErrPhone) {
			t.Errorf("%q: got %q, %v; want %q", typed, got, err, want)
		}
	}
}

func FuzzNormalPhone(f *testing.F) {
	for _, seed := range []string{"13800000001", "+852 6123 4567", "00447700900123", "+86 138-0000-0001", "８６13800000001", "\u3000138\u00a000000001", "+20131300", "+86000000", "+", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		phone, err := normalPhone(typed)
		if err != nil {
			if !errors.Is(err, court.ErrPhone) {
				t.Fatalf("%q: %v", typed, err)
			}
			return
		}
		abroad := strings.HasPrefix(phone, "+") && phone[1] != '0' && !strings.HasPrefix(phone, "+86") && len(phone) >= 9 && len(phone) <= 16
		if !abroad && (len(phone) != 11 || phone[0] != '1' || phone[1] < '3') || strings.Trim(strings.TrimPrefix(phone, "+"), "0123456789") != "" {
			t.Fatalf("%q became %q", typed, phone)
		}
		if again, err := normalPhone(phone); err != nil || again != phone {
			t.Fatalf("%q is not its own normal form: %q, %v", phone, again, err)
		}
		if masked := MaskPhone(phone); masked != "****" && (len(masked) != len(phone) || strings.Trim(masked[3:len(masked)-4], "*") != "") {
			t.Fatalf("%q is masked as %q", phone, masked)
		}
	})
}

func TestMasksShowOnlyTheEnds(t *testing.T) {
	for in, want := range map[string]string{"13800000001": "138****0001", "": "", "12345": "****", "12345678": "****", "+20131300": "****"} {
		if got := MaskPhone(in); got != want {
			t.Errorf("MaskPhone(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"11010519491231002X": "110*************2X", "E12345678": "E12****78", "A1": "****", "": ""} {
		if got := MaskIDNumber(in); got != want {
			t.Errorf("MaskIDNumber(%q) = %q, want %q", in, got, want)
		}
	}
}
