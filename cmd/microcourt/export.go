package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"microcourt/hub"
	"microcourt/hub/efile"
	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/blob"
	"microcourt/store/court"
	"microcourt/store/seal/archive"
)

// exportCmd writes an archive from the console of the court's machine. Without --as-party it is the court's own complete one.
type exportCmd struct {
	recordFlags
	Blobs   string  `help:"Folder for files (default DATA/files), or s3://BUCKET/PREFIX?endpoint=URL&region=REGION."`
	S3      s3Flags `embed:"" prefix:"s3-"`
	AsParty string  `placeholder:"P" help:"Write the own part of this participant: its id, or its name if nobody else in the case has it."`
	Heads   string  `enum:"some,all" default:"some" help:"Published heads that the archive can be held against: some (each with a change, the last of each day, the newest) or all."`
	EFile   bool    `name:"efile" help:"Also write the case's file: its papers in their order, with numbered pages and a table of contents."`
	Case    string  `arg:"" help:"Docket number or id of the case."`
	To      string  `arg:"" help:"File ending in .zip, or folder, to be made." type:"path"`
}

// Run writes the archive. It never writes over anything.
func (c exportCmd) Run(ctx context.Context, s streams) error {
	secretKey, err := secret("--s3-secret", c.S3.Secret, c.S3.SecretFile)
	if err != nil {
		return err
	}
	place := c.Blobs
	if place == "" {
		place = filepath.Join(c.Data, "files")
	}
	return c.do(ctx, s, hub.AccountConfig{}, func(_ *hub.Hub, st *store.Store) error {
		blobs, err := blob.Open(ctx, blob.Config{Place: place, AccessKey: c.S3.AccessKey, Secret: secretKey})
		if err != nil {
			return fmt.Errorf("the files can't be reached: %w; see --blobs", err)
		}
		of, err := c.archiveOf(ctx, st)
		if err != nil {
			return err
		}
		files := store.NewFiles(st, blobs, store.FilesConfig{})
		defer files.Close()
		if err := st.Note(ctx, store.By{Address: "console"}, court.ActCaseExport, of.CaseID, strings.TrimSpace("exported "+of.View.Participant)); err != nil {
			return err
		}
		if err := writeArchive(ctx, files, of, c.To); err != nil {
			return err
		}
		fmt.Fprintf(s.out, "The archive is %s. It is proven with: microcourt verify %s --seal PUBLISHED-HEAD\n", c.To, c.To)
		return nil
	})
}

func (c exportCmd) archiveOf(ctx context.Context, st *store.Store) (of store.ArchiveOf, err error) {
	caseID, err := st.CaseIDOf(ctx, c.Case)
	if err != nil {
		return of, fmt.Errorf("there is no case %q", c.Case)
	}
	of = store.CourtArchive(caseID)
	if c.AsParty != "" {
		if of, err = c.partOf(ctx, st, caseID); err != nil {
			return of, err
		}
	}
	of.EveryHead = c.Heads == "all"
	if c.EFile {
		if !paper.Available() {
			return of, paper.ErrNoFonts
		}
		of.Beside = efile.NewWriter(of.View, fullVersion())
	}
	return of, nil
}

func (c exportCmd) partOf(ctx context.Context, st *store.Store, caseID string) (store.ArchiveOf, error) {
	people, err := st.Participants(ctx, caseID, &court.Standing{})
	if err != nil {
		return store.ArchiveOf{}, err
	}
	var found []string
	for _, p := range people {
		if p.ID == c.AsParty || p.Name == c.AsParty {
			found = append(found, p.ID)
		}
	}
	if len(found) != 1 {
		return store.ArchiveOf{}, fmt.Errorf("%d participants of the case are called %q: give an id", len(found), c.AsParty)
	}
	return st.ArchivePart(ctx, caseID, found[0])
}

// writeArchive writes a folder, or a zip file under another name until it is whole.
func writeArchive(ctx context.Context, files *store.Files, of store.ArchiveOf, to string) error {
	if !strings.HasSuffix(to, ".zip") {
		w, err := archive.NewFolder(to)
		if err != nil {
			return err
		}
		return files.WriteArchive(ctx, of, w)
	}
	if _, err := os.Lstat(to); !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s is there already: an export never overwrites", to)
	}
	f, err := os.OpenFile(to+".part", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer os.Remove(to + ".part")
	err = files.WriteArchive(ctx, of, archive.NewZip(f))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(to+".part", to)
}
