"""What a test's tasks did, for people: beside a failure, in a report, in the summary."""
