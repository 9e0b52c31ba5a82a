package hub

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/court/calendar"
	"microcourt/store/court/filing"
)

// printFiling prints a whole filing as it would be handed in on that day: with the signature where one is given, otherwise with a line to sign on. The same filing, signature and day
// give the same bytes.
func (h *Hub) printFiling(ctx context.Context, d *filing.Draft, sig *store.Signature) (*Document, error) {
	today := calendar.DayAt(h.now().UnixMilli())
	end := paper.Signature{To: h.filing.Court.Name, Label: d.Signer() + "（签名）：", Lines: []string{today.Chinese()}}
	said := struct {
		Kind, Signature string
		Version         int
		Values          filing.Values
		Day             calendar.Day
	}{Kind: d.Kind.Key, Version: d.Kind.Version, Values: d.HandedIn(), Day: today}
	if sig != nil {
		end.Picture, said.Signature = sig.Image, sig.SHA256
	}
	text, err := json.Marshal(said) // maps are written in the order of their keys
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	return h.printed(ctx, paper.Doc{
		Title: d.Kind.Title, Date: time.Unix(int64(today)*86400, 0), Footer: d.Kind.Title, Digest: hex.EncodeToString(sum[:]),
		Blocks: append(append([]paper.Block{paper.Title(d.Kind.Title)}, blocks(d.Sheet())...), end),
	})
}
