package exact_test

import (
	"errors"
	"math/big"
	"testing"

	"microcourt/store/court"
	"microcourt/store/court/exact"
)

func TestHalfA分IsRoundedUp(t *testing.T) {
	for text, want := range map[string]int64{"50.025": 5003, "50.0249": 5002, "766.6666666": 76667, "0.005": 1, "0": 0, "-0.005": 0, "-0.0051": -1} {
		r, _ := new(big.Rat).SetString(text)
		if got, err := exact.Fen(r); err != nil || got != want {
			t.Errorf("%s yuan: %d, %v, want %d", text, got, err, want)
		}
	}
	if got := exact.WholeYuan(665150); got != 665200 {
		t.Errorf("6651.50 in whole yuan: %d", got)
	}
}

func TestAnAmountBeyondTheLimitIsRefusedAndNotWrappedAround(t *testing.T) {
	huge := new(big.Rat).SetInt64(exact.MaxFen)
	if _, err := exact.Fen(huge); !errors.Is(err, court.ErrTooLarge) {
		t.Error("taken:", err)
	}
	if err := exact.CheckFen("amount", exact.MaxFen+1); !errors.Is(err, court.ErrTooLarge) {
		t.Error("taken:", err)
	}
}

func FuzzParseDecimalTakesPlainDecimalsOnlyAndLosesNothing(f *testing.F) {
	for _, s := range []string{"15.4", "0", "1e9", "1/3", "-1", ".5", "5.", "0x10", "999999999.999999999", "١", "1_0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, ok := exact.ParseDecimal(s)
		if !ok {
			return
		}
		back, _ := new(big.Rat).SetString(r.FloatString(9))
		if r.Sign() < 0 || back.Cmp(r) != 0 {
			t.Errorf("%q gave %s", s, r)
		}
	})
}
