package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"microcourt/store"
	"microcourt/store/court"
)

// agree confirms an address for service as somebody.
func (w *evidenceWorld) agree(t *testing.T, who string, electronic, decisions bool) {
	t.Helper()
	_, err := w.Store.ConfirmAddress(t.Context(), store.AddressConfirmation{RoomAct: w.act(who), Basis: court.ConsentConfirmed, Address: theirAddress(electronic, decisions),
		NoticeVersion: "v1", NoticeSHA256: "00", Signature: "G"})
	if err != nil {
		t.Fatalf("%s agrees: %v", who, err)
	}
}

func theirAddress(electronic, decisions bool) court.ServiceAddress {
	return court.ServiceAddress{Recipient: "收件人甲", Phone: "13911112222", Region: "浙江省宁波市", Street: "秘密路88号", Postcode: "315000", Confidential: true,
		Electronic: electronic, Decisions: decisions, Delegate: &court.Delegate{Name: "代收人乙", Relation: "兄弟", Phone: "13933334444"}}
}

// record has the clerk note a consent.
func (w *evidenceWorld) record(t *testing.T, whom string, basis court.ConsentBasis) {
	t.Helper()
	c := store.AddressConfirmation{RoomAct: w.act("clerk"), Participant: w.party(whom), Basis: basis, Note: "庭前会议当面同意"}
	if c.Address = theirAddress(true, true); basis == court.ConsentAgreed {
		c.Address = court.ServiceAddress{Electronic: true}
	}
	if _, err := w.Store.ConfirmAddress(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

// TestAnAddressForServiceLiesInTheRecordSealed: neither the database nor what is written beside it holds any of it in clear, and its owner reads it as it
// was confirmed, in all versions.
func TestAnAddressForServiceLiesInTheRecordSealed(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		w.agree(t, "plaintiff", true, true)
		w.agree(t, "plaintiff", false, false)
		all := fmt.Sprint(dump(t, openRaw(t, w.cfg), []string{"event", "service_address", "audit"}))
		if !store.IsPostgreSQL(w.cfg.Database) {
			place, _, _ := strings.Cut(strings.TrimPrefix(w.cfg.Database, "file:"), "?")
			files, err := filepath.Glob(place + "*")
			if err != nil || len(files) == 0 {
				t.Fatalf("no database at %s: %v", place, err)
			}
			for _, f := range files {
				data, err := os.ReadFile(f)
				if err != nil {
					t.Fatal(err)
				}
				all += string(data)
			}
		}
		if !strings.Contains(all, "service_address_confirmed") {
			t.Error("the confirmation is not where it is looked for")
		}
		for _, secret := range []string{"秘密路", "13911112222", "代收人乙", "13933334444", "收件人甲"} {
			if strings.Contains(all, secret) {
				t.Errorf("%q stands in the database in clear", secret)
			}
		}
		list, err := w.Store.Addresses(t.Context(), w.Cases[0], w.party("plaintiff"))
		if err != nil || len(list) != 2 || list[0].Version != 2 || list[0].Electronic || !list[1].Electronic || list[1].Street != "秘密路88号" || list[1].Delegate.Name != "代收人乙" {
			t.Errorf("read back: %+v, %v", list, err)
		}
		if list[0].SHA256 == list[1].SHA256 {
			t.Error("hashes tell that two confirmations are alike")
		}
	})
}

// TestAnIncompleteAddressForServiceIsRefused with the field that is wrong.
func TestAnIncompleteAddressForServiceIsRefused(t *testing.T) {
	for field, change := range map[string]func(a *court.ServiceAddress){
		"recipient":      func(a *court.ServiceAddress) { a.Recipient = " " },
		"phone":          func(a *court.ServiceAddress) { a.Phone = "not a number" },
		"street":         func(a *court.ServiceAddress) { a.Street = "" },
		"postcode":       func(a *court.ServiceAddress) { a.Postcode = "31500A" },
		"email":          func(a *court.ServiceAddress) { a.Email = "nobody" },
		"decisions":      func(a *court.ServiceAddress) { a.Electronic = false },
		"delegate.name":  func(a *court.ServiceAddress) { a.Delegate.Name = "" },
		"delegate.phone": func(a *court.ServiceAddress) { a.Delegate.Phone = "x" },
	} {
		a := theirAddress(true, true)
		change(&a)
		if err := a.Check(court.ConsentConfirmed); err == nil || court.AsError(err).Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		c := store.AddressConfirmation{RoomAct: w.act("plaintiff"), Basis: court.ConsentConfirmed, Address: theirAddress(true, true)}
		c.Address.Delegate.Name = "被告乙" // the other side can't take one's documents
		if _, err := w.Store.ConfirmAddress(t.Context(), c); err == nil || court.AsError(err).Field != "delegate.name" {
			t.Errorf("the other party as delegate: %v", err)
		}
	})
}
