package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"microcourt/hub"
	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/seal"
	"microcourt/store/seal/archive"
)

// headCmd prints a head for places that no program reaches: a notice board, a file of another office.
type headCmd struct {
	recordFlags
	CourtName string `help:"Name of the court, for the page."`
	PDF       string `name:"pdf" placeholder:"FILE" help:"Also write a page that can be printed." type:"path"`
	Number    int64  `arg:"" optional:"" help:"Number of the head (default: the newest)."`
}

// Run prints the signed note. It never writes over anything.
func (c headCmd) Run(ctx context.Context, s streams) error {
	return c.do(ctx, s, hub.AccountConfig{}, func(_ *hub.Hub, st *store.Store) error {
		before := c.Number + 1
		if c.Number == 0 {
			before = 0
		}
		key, heads, err := st.PublishedHeads(ctx, before, 1)
		if err != nil {
			return err
		}
		if len(heads) == 0 || c.Number != 0 && heads[0].Number != c.Number {
			return errors.New("there is no such head: the record is sealed while it is served, on the clock of --seal-every")
		}
		if c.PDF != "" {
			if err := c.print(heads[0], key); err != nil {
				return err
			}
		}
		_, err = io.WriteString(s.out, heads[0].Note)
		return err
	})
}

func (c headCmd) print(head store.PublishedHead, key string) error {
	text := archive.NoteText(head.Note)
	digest := seal.TextHash(text)
	at := time.UnixMilli(head.At).In(time.FixedZone("UTC+8", 8*60*60))
	file, err := paper.Render(paper.Doc{
		Title: "封存值公布单", Author: c.CourtName, Date: at, Footer: strings.TrimSpace(c.CourtName + " 封存值 " + fmt.Sprint(head.Number)), Digest: hex.EncodeToString(digest[:]),
		Blocks: []paper.Block{
			paper.Title("封存值公布单"),
			paper.Para{Runs: paper.Labelled("法院：", c.CourtName)},
			paper.Para{Runs: paper.Labelled("封存时间：", at.Format("2006年1月2日 15:04:05"))},
			paper.Para{Runs: paper.Plain("本院全部案件截至上述时间的电子记录，由下列封存值固定。从封存值看不出任何案件的情况；此后对已封存记录的任何改动，都可以用它证明。The electronic record of all cases of this court up to " +
				"the time above is fixed by the head below. It tells nothing of any case; whatever is changed in the record afterwards can be proven with it.")},
			paper.Heading("摘要（SHA-256）"),
			paper.Para{Runs: paper.Plain(inFours(hex.EncodeToString(digest[:]))), Align: paper.Left, Flush: true},
			paper.Heading("封存值原文"),
			paper.Para{Runs: paper.Plain(strings.TrimSuffix(text, "\n")), Align: paper.Left, Flush: true, Small: true},
			paper.Heading("公钥"),
			paper.Para{Runs: paper.Plain(key), Align: paper.Left, Flush: true, Small: true},
			paper.Heading("核验"),
			paper.Para{Runs: paper.Plain("microcourt verify 卷宗 --digest \"摘要\""), Align: paper.Left, Flush: true},
		},
	})
	if err != nil {
		return err
	}
	f, err := os.OpenFile(c.PDF, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already", c.PDF)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(file.PDF)
	return errors.Join(err, f.Sync(), f.Close())
}

// inFours parts a hash so that an eye can follow it.
func inFours(hash string) string {
	var parts []string
	for ; len(hash) > 4; hash = hash[4:] {
		parts = append(parts, hash[:4])
	}
	return strings.Join(append(parts, hash), " ")
}
