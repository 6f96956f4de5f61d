"""What the tests share; it imports none of them."""
