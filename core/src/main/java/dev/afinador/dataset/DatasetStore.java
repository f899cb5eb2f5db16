package dev.afinador.dataset;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where the records of datasets are kept (their bytes are with [DatasetFiles]). Every method is atomic and joins the caller's
/// transaction if there is one.
public interface DatasetStore {

    /// Adds a version to its family, which is made when it is not there, with the dataset's name. The version's number is one
    /// more than the highest that the family ever had, whatever the given record says.
    ///
    /// @param report of a file that was checked already, or null for one that will be
    /// @return the dataset as it is stored
    Dataset insert(Dataset dataset, @Nullable CheckReport report);

    /// Also finds deleted ones.
    Optional<Dataset> find(DatasetId id);

    /// The oldest with this content that is not deleted.
    Optional<Dataset> findBySha256(String sha256);

    /// The version of the family with this content that is not deleted.
    Optional<Dataset> findBySha256(FamilyId family, String sha256);

    /// Newest first, of each family the latest version that is not deleted.
    default List<Dataset> list(int limit) {
        return list(DatasetQuery.newest(limit));
    }

    List<Dataset> list(DatasetQuery query);

    /// How many the query would list without its bounds.
    long count(DatasetQuery query);

    /// All versions of a family, deleted ones too, oldest first.
    List<Dataset> versions(FamilyId family);

    /// Versions of other families that this one's were made from, or that were made from this one's; oldest first.
    List<Dataset> relatives(FamilyId family);

    Optional<DatasetFamily> family(FamilyId id);

    /// Gives the family this name, these tags and notes.
    ///
    /// @return false when there is none
    boolean describe(FamilyId id, String name, List<String> tags, String notes);

    /// All tags in use, alphabetically.
    List<String> tags();

    /// In file order.
    List<DatasetFinding> findings(DatasetId id, int limit);

    /// Those of one rule, in file order.
    List<DatasetFinding> findings(DatasetId id, String rule, int limit);

    /// What the check came to, its findings in file order; empty when it is not done.
    Optional<CheckReport> report(DatasetId id);

    /// Begins or begins again to check: progress is at nothing, attempts go up by one.
    ///
    /// @return false when the dataset waits for no check
    boolean beginCheck(DatasetId id, Instant now);

    /// Notes how far the check has come.
    ///
    /// @return false when the check should end: it was cancelled or the dataset is gone
    boolean noteCheck(DatasetId id, CheckProgress progress);

    /// Present while the dataset waits for its check.
    Optional<CheckProgress> progress(DatasetId id);

    /// Stores the report and that the check is done.
    ///
    /// @return false when the dataset waits for no check
    boolean finishCheck(DatasetId id, CheckReport report);

    /// Ends the check without a report.
    ///
    /// @param state `CANCELLED` or `FAILED`
    /// @return false when the dataset waits for no check
    boolean endCheck(DatasetId id, CheckState state);

    /// Asks a check to end.
    ///
    /// @return false when the dataset waits for no check
    boolean cancelCheck(DatasetId id);

    /// Sets a dataset whose check did not come to its end back to waiting.
    ///
    /// @return false when it is done or waiting, deleted or unknown
    boolean recheck(DatasetId id);

    /// Notes who accepted the findings that hold the dataset back; the first one stays.
    ///
    /// @return false when there is nothing to be accepted
    boolean accept(DatasetId id, Dataset.Acceptance acceptance);

    /// For the transaction that makes something depend on this dataset: keeps it from being deleted until that transaction ends.
    ///
    /// @return false when it is deleted or unknown
    boolean use(DatasetId id);

    /// Deletes a dataset that no live job uses. The record stays, marked as deleted, while a job that is over or a later
    /// version refers to it.
    Deletion delete(DatasetId id, Instant now);

    enum Deletion {
        DELETED,
        /// A job uses it that is not over.
        IN_USE,
        UNKNOWN
    }

    /// Forgets deleted datasets that nothing refers to any more, and families without versions.
    void prune();

    /// Notes that somebody is about to bring the bytes of a content in; they are not deleted for a while then.
    ///
    /// @return false when its bytes are being deleted right now: come again
    boolean wantContent(String sha256, Instant now);

    /// For the transaction that makes the record of a content, after its bytes came: makes others who bring the same wait for
    /// the end of the transaction, and the deletion of the bytes too.
    ///
    /// @return false when the bytes are being deleted or were: come again
    boolean confirmContent(String sha256, Instant now);

    /// Claims the right to delete the bytes of a content that no dataset has and that nobody has wanted for a while. The claim
    /// stays until [#contentDeleted], also over a restart, and can be repeated.
    Claim claimContent(String sha256, Instant now, Duration quiet);

    enum Claim {
        /// Delete the bytes, then say [#contentDeleted].
        CLAIMED,
        /// A dataset has it, or it is not known.
        KEPT,
        /// Somebody wanted it a moment ago.
        LATER
    }

    void contentDeleted(String sha256);
}
