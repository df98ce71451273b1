"""Who takes part in the story of De Jaarringen, and what its goals are called."""

from alliance_tracker.alliances.models import PartnerRoleKind
from alliance_tracker.commitments.models import CommitmentKind
from alliance_tracker.organisations.models import OrganisationKind

KEY, WHO, SIGNER = "jaarringen", "coordinator2", "partner3"
NAME = "Fictieve STEM-alliantie De Jaarringen"
KIND, ROLE, PROMISE = OrganisationKind, PartnerRoleKind, CommitmentKind

WOOD = "Voorbeeldbedrijf Brugge Houtbouw"
SCHOOL = "Voorbeeldschool Brugge Atelier"
TOWN = "Voorbeeldgemeente Brugge"
MAKERS = "Voorbeeldmakersplek Brugge"
#: Joins in the second year as a core partner.
MUSEUM = "Voorbeeldmuseum Brugge Techniek"
#: Takes part from the second year on.
PRIMARY = "Voorbeeldbasisschool Damme"
#: Leaves in the third year.
TEXTILE = "Voorbeeldbedrijf Brugge Textiel"

#: Who else is in the area; they take no part yet.
OTHERS = (
    ("Voorbeeldhogeschool Brugge", KIND.UNIVERSITY_COLLEGE),
    ("Voorbeeldfederatie Brugge", KIND.SECTOR_FEDERATION),
    ("Voorbeeldbib Brugge", KIND.LIBRARY),
    ("Voorbeeldgemeente Damme", KIND.LOCAL_AUTHORITY),
)

WORKSHOPS = "Elke leerling van de eerste graad komt in een technische werkplaats"
GIRLS = "Meer meisjes vinden hun weg naar techniek"
TOGETHER = "Scholen, leraren en bedrijven werken het hele jaar samen"
